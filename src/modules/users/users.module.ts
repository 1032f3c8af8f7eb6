import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Blocks } from './blocks.js';
import { BlockEntity } from './infra/block.entity.js';
import { UserEntity } from './infra/user.entity.js';
import { UserCreatedHooks } from './on-user-created.js';
import { SettingsGateway } from './transport/settings.gateway.js';
import { UsersController } from './transport/users.controller.js';
import { UserSettings } from './user-settings.js';
import { Users } from './users.js';

/** Profiles, search, blocks and settings. */
@Module({
  imports: [TypeOrmModule.forFeature([UserEntity, BlockEntity])],
  controllers: [UsersController],
  providers: [Users, Blocks, UserSettings, UserCreatedHooks, SettingsGateway],
  exports: [Users, Blocks, UserSettings],
})
export class UsersModule {}
