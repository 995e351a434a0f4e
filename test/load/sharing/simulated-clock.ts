import type { GpuClock } from '#source/apps/local-aws/src/engines/gpu/gpu-model.port';

interface Appointment {
  readonly timeMs: number;
  readonly callback: () => void;
}

/** A clock that jumps from one appointment to the next. Few are open at a time, so a sorted list serves them. */
export class SimulatedClock implements GpuClock {
  private readonly appointments: Appointment[] = [];
  private timeMs = 0;

  nowMs(): number {
    return this.timeMs;
  }

  at(timeMs: number, callback: () => void): void {
    let place = this.appointments.length;
    while (place > 0 && (this.appointments[place - 1]?.timeMs ?? 0) > timeMs) place--;
    this.appointments.splice(place, 0, { timeMs, callback });
  }

  /** Keeps the appointments up to that time, also those made meanwhile, and stops there. */
  runUntil(timeMs: number): void {
    for (let next = this.appointments[0]; next !== undefined && next.timeMs <= timeMs; next = this.appointments[0]) {
      this.appointments.shift();
      this.timeMs = next.timeMs;
      next.callback();
    }
    this.timeMs = timeMs;
  }
}
