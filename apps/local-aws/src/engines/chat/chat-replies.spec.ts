import { describe, expect, it } from 'vitest';
import { ask, complete } from '../testing/ask.js';

describe('orders to the chat engine', () => {
  it.each([
    ['Reply with exactly: pong', 'pong'],
    ['Reply with exactly "Hello, world!" and nothing else.', 'Hello, world!'],
    ["Please say exactly 'it's fine'", "it's fine"],
    ['Say exactly “grüße 🌊”.', 'grüße 🌊'],
    ['Respond with only the word banana', 'banana'],
    ['Answer with exactly one word: yes', 'yes'],
    ['Reply with the single word OK.', 'OK'],
    ['Reply with exactly the quick brown fox', 'the quick brown fox'],
    ['You are a test. Reply with exactly: A. B. C.', 'A. B. C.'],
    ['Reply with exactly:\nline one\nline two', 'line one\nline two'],
    ['Reply with exactly this: `x = 1`', 'x = 1'],
    ['Repeat after me: good morning', 'good morning'],
    ['Return only ```json\n{"a": 1}\n```', '{"a": 1}'],
  ])('%j', (order, answer) => {
    expect(ask(order)).toBe(answer);
  });

  it('are not seen where nothing is to be said word for word', () => {
    expect(ask('Answer in exactly three words: what is rain?')).toContain('sluice-local');
    expect(ask('Reply with exactly one word.')).toContain('sluice-local');
  });

  it('stand in a system message that says always', () => {
    const messages = [
      { role: 'system', content: 'Always reply with exactly "standing order".' },
      { role: 'user', content: 'Hello!' },
    ];
    expect(complete({ messages }).choices[0]?.message.content).toBe('standing order');
  });

  it('may ask for a length', () => {
    expect(ask('Count from 3 to 6')).toBe('3, 4, 5, 6');
    expect(ask('Count to 3, please.')).toBe('1, 2, 3');
    expect(ask('Write 250 words about rivers').split(' ')).toHaveLength(250);
    expect(ask('Say "ho ho" 3 times')).toBe('ho ho ho ho ho ho');
  });

  it('may ask for a calculation', () => {
    expect(ask('What is 17 + 25?')).toBe('17 + 25 = 42');
    expect(ask('Calculate 12 times 12')).toContain('= 144');
  });
});

describe('what the chat engine was told', () => {
  it('is recalled', () => {
    expect(ask('My name is Ada.', 'What is my name?')).toBe('Your name is Ada.');
    expect(ask("Hi, I'm Grace.", "What's my name?")).toContain('Grace');
    expect(ask('Remember that my favourite colour is teal.', 'What is my favourite colour?')).toBe(
      'Your favourite colour is teal.',
    );
    expect(ask('The code word is heron. The river is deep.', 'Do you remember the code word?')).toContain('heron');
    expect(ask('I live in Lisbon and I work at a dam.', 'Where do I live?')).toContain('Lisbon');
    expect(ask('My name is Ada. What is my name?')).toContain('Ada');
  });

  it('is recalled as it was said last', () => {
    expect(ask('My name is Ada.', 'My name is Grace.', 'What is my name?')).toBe('Your name is Grace.');
  });

  it('is not made up', () => {
    expect(ask('My name is Ada.', 'What is the capital of Freedonia?')).toContain('sluice-local');
  });

  it('answers questions about passages with the sentence that fits', () => {
    const passages = [
      '[1] A worker that dies leaves its chunk behind. The sweeper puts it back within thirty seconds.',
      '[2] Realtime calls need neither Redis nor S3. They go straight to the endpoint.',
      '[3] Files are deleted by their owner only.',
    ].join('\n');
    const prompt = `Answer the question from these passages:\n\n${passages}\n\nQuestion: Do realtime calls need Redis?`;
    expect(ask(prompt)).toBe('Realtime calls need neither Redis nor S3. [2]');
  });

  it('finds passages in a system message, and joins wrapped lines', () => {
    const messages = [
      { role: 'system', content: 'Use this context:\n\nThe gate opens at\nnoon every day. It closes at night.' },
      { role: 'user', content: 'When does the gate open?' },
    ];
    expect(complete({ messages }).choices[0]?.message.content).toBe('The gate opens at noon every day.');
  });
});

describe('the chat engine itself', () => {
  it('says what it is and what it was asked where no rule fits', () => {
    const answer = ask('Compose a sonnet on spillways');
    expect(answer).toContain('stand-in');
    expect(answer).toContain('Compose a sonnet on spillways');
    expect(complete({ messages: [{ role: 'user', content: 'x' }] }).system_fingerprint).toBe('sluice-local');
  });

  it('takes content parts, every role, and messages without content', () => {
    const messages = [
      { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'assistant', content: null },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Reply with' },
          { type: 'text', text: 'exactly: parts' },
        ],
      },
    ];
    expect(complete({ messages }).choices[0]?.message.content).toBe('parts');
  });

  it('answers the same to the same', () => {
    const body = { messages: [{ role: 'user', content: 'Tell me about weirs.' }] };
    expect(complete(body)).toEqual(complete(body));
  });
});
