export { startReceiver } from './start-receiver.js';
