const calculation =
  /\b(?:what\s+is|what's|calculate|compute|how\s+much\s+is|evaluate)\s+(?:the\s+(?:sum|product|result)\s+of\s+)?(-?\d+(?:\.\d+)?)\s*(\+|plus|and|-|minus|\*|x|×|times|multiplied\s+by|\/|divided\s+by)\s*(-?\d+(?:\.\d+)?)/i;

/** "What is 17 + 25?" */
export function followArithmetic(text: string): string | undefined {
  const match = calculation.exec(text);
  if (match === null) return undefined;
  const [, left = '', operator = '', right = ''] = match;
  return `${left} ${operator} ${right} = ${evaluate(Number(left), operator.toLowerCase(), Number(right))}`;
}

function evaluate(left: number, operator: string, right: number): string {
  if (operator === '+' || operator === 'plus' || operator === 'and') return String(left + right);
  if (operator === '-' || operator === 'minus') return String(left - right);
  if (operator === '/' || operator.startsWith('divided')) return right === 0 ? 'undefined' : String(left / right);
  return String(left * right);
}
