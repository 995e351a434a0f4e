export { BufferPool } from './bytes/buffer-pool.js';
export { freeBytes } from './bytes/free-bytes.js';
export { joinInSlices } from './bytes/join-in-slices.js';
export {
  ConfigurationError,
  readBoolean,
  readChoice,
  readInteger,
  readOptionalString,
  readString,
  type Environment,
} from './config/environment.js';
export { HmacSha256 } from './crypto/hmac-sha256.js';
export { writePrivateFile } from './files/write-private-file.js';
export { GatewayError, type GatewayErrorOptions } from './errors/gateway-error.js';
export { newId, newTimeOrderedId, timeOfId, timeOrderedId } from './ids/new-id.js';
export { JsonBody, type JsonKind, type JsonMember } from './json/json-body.js';
export { scanJsonObject, scanNestedJson, type NestedJson } from './json/scan-json.js';
export { editsOf, spliceJson, type JsonEdit } from './json/splice-json.js';
export { createLogger, LOG_LEVELS, type Logger, type LogLevel } from './logging/logger.js';
export { NestLogger } from './logging/nest-logger.js';
export { renderMetrics, type MetricsSnapshot } from './metrics/merge-metrics.js';
export { Counter, createRegistry, Gauge, Histogram, Registry } from './metrics/metrics.js';
export { registerCheckMetric } from './metrics/register-check-metric.js';
export { OutboundClient, type OutboundAnswer } from './outbound/outbound-client.js';
export { readOutboundConfig, type OutboundConfig } from './outbound/outbound.config.js';
export type { ResolveHost } from './outbound/host-resolver.js';
export { createRedis, type Redis, type RedisOptions, type RedisRole } from './redis/create-redis.js';
export { onStopSignal, shutDown, type ShutdownStep } from './shutdown/shutdown.js';
export { pause } from './timing/pause.js';
