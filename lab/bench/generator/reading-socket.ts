import { connect, type Socket } from 'node:net';

const readBufferBytes = 256 * 1024;
/** One for all connections: what a read brings is looked at before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(readBufferBytes);

/** A TCP connection without a buffer of its own. The bytes are overwritten when `onRead` returns. */
export function connectReading(host: string, port: number, onRead: (bytes: Buffer) => void): Socket {
  const callback = (count: number): boolean => {
    onRead(readBuffer.subarray(0, count));
    return true;
  };
  return connect({ host, port, noDelay: true, onread: { buffer: readBuffer, callback } });
}
