import { Module } from '@nestjs/common';
import { HistoryFloors } from './history-floors.js';
import { FloorReader } from './read/floor.reader.js';

/** What has expired in which conversation. For every role: API processes hide it, workers delete it. */
@Module({ providers: [FloorReader, HistoryFloors], exports: [HistoryFloors] })
export class HistoryFloorsModule {}
