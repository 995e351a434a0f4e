import { GatewayError } from '#platform';
import type { TransportName } from '../catalog/model-entry.types.js';
import { Transport, type TransportReply, type TransportRequest, type TransportStream } from './transport.port.js';

export type Carriers = Readonly<Partial<Record<TransportName, Transport>>>;

/** All ways to models behind one port; each request says which one it takes. */
export class RoutingTransport extends Transport {
  constructor(private readonly carriers: Carriers) {
    super();
  }

  async invoke(request: TransportRequest): Promise<TransportReply> {
    return this.carrierOf(request).invoke(request);
  }

  async invokeStream(request: TransportRequest): Promise<TransportStream> {
    return this.carrierOf(request).invokeStream(request);
  }

  async close(): Promise<void> {
    await Promise.all([...new Set(Object.values(this.carriers))].map((carrier) => carrier.close()));
  }

  private carrierOf({ via }: TransportRequest): Transport {
    const carrier = this.carriers[via];
    if (carrier !== undefined) return carrier;
    throw new GatewayError('unsupported_model', `This gateway was started without the transport '${via}'.`, {
      param: 'model',
    });
  }
}
