/** Settings of the embedded Postgres, for a small machine that has other work to do. Durability is Postgres' default: fsync on, commits are waited for. */
const settings = {
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  // Short statements only: a plan in parallel or compiled costs more than it saves, and needs /dev/shm.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Parameters and rows are people's text: they stay out of Postgres' own log.
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
} as const;

/** The command line of the server, as one text for `pg_ctl -o`. No value has a blank in it. */
export function serverSettings(host: string, port: number): string {
  const all = { listen_addresses: host, port: String(port), ...settings };
  return Object.entries(all)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}
