import type pg from 'pg';

/** What the driver's connection has beyond its types: it knows COPY, its client only passes it on. */
interface CopyConnection {
  query(sql: string): void;
  sendCopyFromChunk(bytes: Buffer): void;
  endCopyFrom(): void;
}

/** Sends rows in COPY's text format. Rejects with the error of the server. */
export function copyRows(client: pg.Client, sql: string, rows: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query({
      submit: (connection: pg.Connection) => asCopy(connection).query(sql),
      handleCopyInResponse: (connection: pg.Connection) => {
        asCopy(connection).sendCopyFromChunk(rows);
        asCopy(connection).endCopyFrom();
      },
      handleCommandComplete: () => undefined,
      handleReadyForQuery: () => resolve(),
      handleError: (error: Error) => reject(error),
    });
  });
}

function asCopy(connection: object): CopyConnection {
  if (!isCopy(connection)) throw new Error('this version of the driver has no COPY');
  return connection;
}

function isCopy(connection: object): connection is CopyConnection {
  return 'query' in connection && 'sendCopyFromChunk' in connection && 'endCopyFrom' in connection;
}
