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

  offer(slot: number, key: number): void {
    const { keys, slots, room } = this;
    let at = this.count;
    if (at === room) {
      if (key >= (keys[room - 1] as number)) return;
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
