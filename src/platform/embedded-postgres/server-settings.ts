/** Settings of the embedded Postgres, for a small machine that it shares. Durability is Postgres' default: fsync is on, and commits wait for the disk. */
const settings = {
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  // All statements are short: a parallel or compiled plan costs more than it saves, and parallel plans need /dev/shm.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Parameters and rows contain users' texts, which must stay out of Postgres' log.
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
} as const;

/** The server's command line as one text for `pg_ctl -o`. No value contains a space. */
export function serverSettings(host: string, port: number): string {
  const all = { listen_addresses: host, port: String(port), ...settings };
  return Object.entries(all)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}
