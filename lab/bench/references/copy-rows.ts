import type pg from 'pg';

/** The driver's connection supports COPY, but its types do not declare it. */
interface CopyConnection {
  query(sql: string): void;
  sendCopyFromChunk(bytes: Buffer): void;
  endCopyFrom(): void;
}

/** Copies rows in COPY's text format into a table. Rejects with the server's error. */
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
  if (!isCopy(connection)) throw new Error('this version of the driver does not support COPY');
  return connection;
}

function isCopy(connection: object): connection is CopyConnection {
  return 'query' in connection && 'sendCopyFromChunk' in connection && 'endCopyFrom' in connection;
}
