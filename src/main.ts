#!/usr/bin/env node
import 'reflect-metadata';
import { runCommandLine } from './cli/program.js';

// Timers and connections of libraries must not keep a process that is done.
process.exit(await runCommandLine(process.argv.slice(2)));
