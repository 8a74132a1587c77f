// The view Race of the Lab: two to four experiments on one clock, side by side.

import { joined } from "./address.js";

export class RaceView {
  constructor(host, lab) { Object.assign(this, { host, lab }); }

  key() { return [this.lab.settings.race, this.lab.settings.clock].join(" "); }

  async open(signal) {
    const { base, settings } = this.lab, message = ({ header }) => (this.race = header);
    await this.lab.ask("race", joined(base.experiment, `race=${encodeURIComponent(settings.race)}&clock=${settings.clock}`), { signal, message });
    return { tracks: [], clock: settings.clock };
  }

  show() {}
  rest() {}
  setTheme() {}
  describe() { return ""; }
  close() {}
}
