import { createParamDecorator, type CustomDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { type Principal } from '@perennial/persistence';
import { type Request } from 'express';
import { type Right } from './rights.js';
import { type Reach } from './scope.js';

export const REQUIRED_RIGHT = 'perennial:right';

/** The right a route needs. The guard refuses before any look-up; a route without a declaration fails a test. */
export const Requires = (right: Right): CustomDecorator => SetMetadata(REQUIRED_RIGHT, right);

/** A route for everybody, signed in or not: health, sign-in, the API description. */
export const Public = (): CustomDecorator => SetMetadata(REQUIRED_RIGHT, 'public');

/** A request after the guard: it carries who asks, and where the right of the route holds. */
export type PrincipalRequest = Request & { principal: Principal; reach: Reach };

/** The principal of the request, for a controller's parameter. */
export const CurrentPrincipal = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal => context.switchToHttp().getRequest<PrincipalRequest>().principal,
);

/** Where the right of the route holds, for what is not about patients: whom an administrator of one facility may manage. */
export const CurrentReach = createParamDecorator(
  (_: unknown, context: ExecutionContext): Reach => context.switchToHttp().getRequest<PrincipalRequest>().reach,
);
