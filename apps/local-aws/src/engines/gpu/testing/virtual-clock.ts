import type { GpuClock } from '../gpu-model.port.js';

interface Appointment {
  readonly timeMs: number;
  readonly callback: () => void;
}

/** A clock that jumps from one appointment to the next. */
export class VirtualClock implements GpuClock {
  private appointments: Appointment[] = [];
  private timeMs = 0;

  nowMs(): number {
    return this.timeMs;
  }

  at(timeMs: number, callback: () => void): void {
    this.appointments.push({ timeMs, callback });
  }

  /** Keeps the appointments up to that time, also those made meanwhile, and stops there. */
  runUntil(timeMs: number): void {
    for (let next = this.next(); next !== undefined && next.timeMs <= timeMs; next = this.next()) {
      this.timeMs = next.timeMs;
      this.appointments = this.appointments.filter((appointment) => appointment !== next);
      next.callback();
    }
    if (Number.isFinite(timeMs)) this.timeMs = timeMs;
  }

  /** Until nothing is left to come. */
  run(): void {
    this.runUntil(Infinity);
  }

  private next(): Appointment | undefined {
    return this.appointments.toSorted((a, b) => a.timeMs - b.timeMs)[0];
  }
}
