export { startReceiver, type ReceivedRequest, type Receiver } from './start-receiver.js';
