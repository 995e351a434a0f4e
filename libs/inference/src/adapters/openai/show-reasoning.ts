/**
 * Gives a message, or a piece of one, its reasoning under both names in use: vLLM renamed `reasoning_content` to
 * `reasoning`, and clients read either. True when a name was added.
 */
export function showReasoning(message: Record<string, unknown>): boolean {
  const { reasoning, reasoning_content: content } = message;
  if (typeof content === 'string' && (reasoning === undefined || reasoning === null)) {
    message['reasoning'] = content;
    return true;
  }
  if (typeof reasoning === 'string' && (content === undefined || content === null)) {
    message['reasoning_content'] = reasoning;
    return true;
  }
  return false;
}
