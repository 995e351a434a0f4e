/** `npm run tone-speech -- <file.wav> [options]`: recordings with known words, for the stand-in's speech models to hear. */
// What was built, since the stand-in's sources name each other as they are called once built.
const built = new URL('../dist/apps/local-aws/src/engines/speech/run-tone-speech-command.js', import.meta.url);

try {
  const { runToneSpeechCommand } = (await import(
    built.href
  )) as typeof import('../apps/local-aws/src/engines/speech/run-tone-speech-command.js');
  await runToneSpeechCommand(process.argv.slice(2), (line) => console.log(line));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
