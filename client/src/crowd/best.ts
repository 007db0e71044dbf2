/** The few best of many, by a number: kept in order while going through all, with nothing allocated. */
export class Best {
  count = 0;
  /** The first `count` in order, the least key first. */
  readonly slots: Uint16Array;
  readonly keys: Float32Array;

  constructor(readonly room: number) {
    this.slots = new Uint16Array(room);
    this.keys = new Float32Array(room);
  }

  clear(): void {
    this.count = 0;
  }

  /** Would one with this key be among them as they are now? */
  wouldTake(key: number): boolean {
    return this.count < this.room || key < (this.keys[this.room - 1] as number);
  }

  offer(slot: number, key: number): void {
    const { keys, slots, room } = this;
    let at = this.count;
    if (!this.wouldTake(key)) return;
    if (at === room) {
      at -= 1;
    } else {
      this.count += 1;
    }
    for (; at > 0 && (keys[at - 1] as number) > key; at -= 1) {
      keys[at] = keys[at - 1] as number;
      slots[at] = slots[at - 1] as number;
    }
    keys[at] = key;
    slots[at] = slot;
  }
}
