import { uuidv7 } from 'uuidv7';

const digits = Buffer.from('0123456789abcdef', 'latin1');
const unmasked = Buffer.alloc(4);
/** Positions in the 36 characters of a UUIDv7 (RFC 9562, 5.7): its time, last digit first, and the digits that count here. */
const timePlaces = [12, 11, 10, 9, 7, 6, 5, 4, 3, 2, 1, 0];
const countPlaces = [35, 34, 33, 32, 31, 30, 29, 28];

/** The client id in a request that is built once and sent many times: a new UUIDv7 of the current time for each send, as in Parley's clients. */
export class ClientIdField {
  /** The text to build the request with. */
  readonly placeholder = `${uuidv7().slice(0, -countPlaces.length)}${'0'.repeat(countPlaces.length)}`;
  private count = 0;
  private madeAt = 0;

  /** Overwrites the client id at `at` with the next one. `mask` is the WebSocket mask of the bytes from `maskedFrom` on. */
  write(bytes: Buffer, at: number, mask: Buffer = unmasked, maskedFrom = 0): void {
    const put = (places: readonly number[], value: number): void => {
      let rest = value;
      for (let number = 0; rest > 0 && number < places.length; number += 1) {
        const place = at + (places[number] ?? 0);
        bytes[place] = (digits[rest % 16] ?? 0) ^ (mask[(place - maskedFrom) & 3] ?? 0);
        rest = Math.floor(rest / 16);
      }
    };
    this.count += 1;
    put(countPlaces, this.count);
    const now = Date.now();
    if (now !== this.madeAt) put(timePlaces, now);
    this.madeAt = now;
  }
}
