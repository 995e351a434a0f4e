import { Gauge, type Logger, type Registry } from '#platform';
import { readCertificate, type Certificate, type CertificateFiles } from './read-certificate.js';

export interface CertificateWatchOptions {
  readonly files: CertificateFiles;
  /** Milliseconds between two readings. */
  readonly reloadMs: number;
  readonly logger: Logger;
  readonly registry: Registry;
}

/** Keeps a server's certificate as its files say: they are renewed every few weeks, and nobody restarts for that. */
export class CertificateWatch {
  private timer: NodeJS.Timeout | undefined;
  private failing = false;

  private constructor(
    private readonly options: CertificateWatchOptions,
    private current: Certificate,
  ) {
    const expiresAt = (): number => this.current.expiresAtMs / 1000;
    new Gauge({
      name: 'sluice_tls_certificate_expiry_timestamp_seconds',
      help: 'When the certificate that is shown to callers expires.',
      registers: [options.registry],
      collect() {
        this.set(expiresAt());
      },
    });
  }

  /** @throws ConfigurationError when the files hold no usable certificate. */
  static async open(options: CertificateWatchOptions): Promise<CertificateWatch> {
    return new CertificateWatch(options, await readCertificate(options.files));
  }

  /** What the server starts with. */
  get certificate(): Certificate {
    return this.current;
  }

  /** Shows a new certificate to those who connect from now on. A bad one changes nothing but the log. */
  follow(show: (certificate: Certificate) => void): void {
    this.timer = setTimeout(() => {
      void this.reload(show).then(() => {
        if (this.timer !== undefined) this.follow(show);
      });
    }, this.options.reloadMs);
    this.timer.unref();
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async reload(show: (certificate: Certificate) => void): Promise<void> {
    const { files, logger } = this.options;
    try {
      const found = await readCertificate(files);
      this.failing = false;
      if (found.cert === this.current.cert && found.key === this.current.key) return;
      show(found);
      this.current = found;
      logger.info({ expiresAt: new Date(found.expiresAtMs).toISOString() }, 'the TLS certificate was renewed');
    } catch (error) {
      // Certificate and key are two files; between their renewals they do not fit.
      if (!this.failing) logger.error({ error }, 'the TLS certificate cannot be read; the last good one stays');
      this.failing = true;
    }
  }
}
