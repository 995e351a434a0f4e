import type { ChatRequest, ChatTool, ChatToolCall } from '../chat/chat-request.js';
import { isStopWord, listContentStems, listWords, stemWord } from '../text/content-words.js';
import { fillSchema } from './fill-schema.js';

// Words that stand in the names of most tools and say nothing about which one is meant.
const genericWords = new Set(
  'get set fetch find look up current run do make call tool function use list new data info return given'.split(' '),
);
// Two words of a description have to be met before it counts: one is chance.
const minDescriptionMatches = 2;
const sharedPrefixLength = 5;

/** The calls that a model would make of the tools offered, by `tool_choice` and by what the user says. */
export function chooseTools(request: ChatRequest, userText: string): ChatToolCall[] {
  return selectTools(request, userText).map((tool) => ({
    name: tool.name,
    arguments: JSON.stringify(
      fillSchema(
        { type: 'object', ...tool.parameters },
        { text: userText, includeOptional: false, fallbackText: userText.trim() },
      ),
    ),
  }));
}

function selectTools(request: ChatRequest, userText: string): readonly ChatTool[] {
  const { toolChoice, tools } = request;
  if (toolChoice === 'none') return [];
  if (typeof toolChoice === 'object') return tools.filter((tool) => tool.name === toolChoice.name);
  const userStems = listContentStems(userText);
  const ranked = tools
    .map((tool) => ({ tool, score: scoreTool(tool, userStems) }))
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score)
    .map(({ tool }) => tool);
  const matching = toolChoice === 'required' && ranked.length === 0 ? tools : ranked;
  return request.parallelToolCalls && ranked.length > 0 ? matching : matching.slice(0, 1);
}

function scoreTool(tool: ChatTool, userStems: ReadonlySet<string>): number {
  const nameMatches = countMatches(
    tool.name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll(/[_.-]/g, ' '),
    userStems,
  );
  const descriptionMatches = countMatches(tool.description, userStems);
  if (nameMatches === 0 && descriptionMatches < minDescriptionMatches) return 0;
  return nameMatches * 3 + descriptionMatches;
}

function countMatches(text: string, userStems: ReadonlySet<string>): number {
  const words = new Set(
    listWords(text)
      .filter((word) => !isStopWord(word) && !genericWords.has(word))
      .map(stemWord),
  );
  return [...words].filter((word) => [...userStems].some((stem) => isSameWord(word, stem))).length;
}

function isSameWord(left: string, right: string): boolean {
  if (left === right) return true;
  return (
    left.length >= sharedPrefixLength &&
    right.length >= sharedPrefixLength &&
    left.slice(0, sharedPrefixLength) === right.slice(0, sharedPrefixLength)
  );
}
