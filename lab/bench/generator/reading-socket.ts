import { connect, type Socket } from 'node:net';

const readBufferBytes = 256 * 1024;
/** Shared by all connections, because the bytes of a read are processed before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(readBufferBytes);

/** A TCP connection without its own read buffer. The bytes may be overwritten after `onRead` returns. */
export function connectReading(host: string, port: number, onRead: (bytes: Buffer) => void): Socket {
  const callback = (count: number): boolean => {
    onRead(readBuffer.subarray(0, count));
    return true;
  };
  return connect({ host, port, noDelay: true, onread: { buffer: readBuffer, callback } });
}
