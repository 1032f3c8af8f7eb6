import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Blocks } from './blocks.js';
import { BlockEntity } from './infra/block.entity.js';
import { UserEntity } from './infra/user.entity.js';
import { UserCreatedHooks } from './on-user-created.js';
import { UsersController } from './transport/users.controller.js';
import { Users } from './users.js';

/** Profiles, search and blocks. */
@Module({
  imports: [TypeOrmModule.forFeature([UserEntity, BlockEntity])],
  controllers: [UsersController],
  providers: [Users, Blocks, UserCreatedHooks],
  exports: [Users, Blocks],
})
export class UsersModule {}
