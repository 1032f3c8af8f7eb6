import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Blocks } from './blocks.js';
import { BlockEntity } from './infra/block.entity.js';
import { UserEntity } from './infra/user.entity.js';
import { UsersController } from './transport/users.controller.js';
import { UserLifecycle } from './user-lifecycle.js';
import { Users } from './users.js';

/** Profiles, search and blocks. */
@Module({
  imports: [TypeOrmModule.forFeature([UserEntity, BlockEntity])],
  controllers: [UsersController],
  providers: [Users, Blocks, UserLifecycle],
  exports: [Users, Blocks, UserLifecycle],
})
export class UsersModule {}
