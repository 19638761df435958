import { type DynamicModule, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { REQUIRED_RIGHT, type Right } from '@perennial/auth';

/** A route as its controller declares it. */
export interface Route {
  readonly method: string;
  /** With its parameters, for example `/api/v1/abstracts/:id`. */
  readonly path: string;
  /** What it needs; `undefined` when nothing is declared. */
  readonly right: Right | 'public' | undefined;
  /** `AbstractsController.one`, for messages. */
  readonly handler: string;
}

type ModuleLike = Type<unknown> | DynamicModule;

const metadata = (key: string, target: object): unknown => Reflect.getMetadata(key, target) as unknown;
const listOf = <T>(value: unknown): T[] => (Array.isArray(value) ? (value as T[]) : []);
const isDynamic = (module: ModuleLike): module is DynamicModule => 'module' in module;

function controllersOf(module: ModuleLike, seen: Set<unknown>): Type<unknown>[] {
  if (seen.has(module)) return [];
  seen.add(module);
  const type = isDynamic(module) ? module.module : module;
  const imports = [
    ...listOf<ModuleLike>(metadata(MODULE_METADATA.IMPORTS, type)),
    ...(isDynamic(module) ? listOf<ModuleLike>(module.imports) : []),
  ].filter((one) => typeof one === 'function' || 'module' in one);
  return [
    ...listOf<Type<unknown>>(metadata(MODULE_METADATA.CONTROLLERS, type)),
    ...(isDynamic(module) ? listOf<Type<unknown>>(module.controllers) : []),
    ...imports.flatMap((one) => controllersOf(one, seen)),
  ];
}

const join = (...parts: readonly string[]): string =>
  `/${parts
    .map((part) => part.replace(/^\/+|\/+$/g, ''))
    .filter((part) => part !== '')
    .join('/')}`;

/** Every route of a module and of what it imports, read from the declarations: no server and no database is needed. */
export function routesOf(module: ModuleLike, prefix = 'api/v1'): Route[] {
  const routes = [...new Set(controllersOf(module, new Set()))].flatMap((controller) => {
    const prototype = controller.prototype as Record<string, unknown>;
    const bases = [metadata(PATH_METADATA, controller) ?? ''].flat() as string[];
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown;
      if (name === 'constructor' || typeof handler !== 'function') return [];
      const method = metadata(METHOD_METADATA, handler) as RequestMethod | undefined;
      if (method === undefined) return [];
      const right = (metadata(REQUIRED_RIGHT, handler) ?? metadata(REQUIRED_RIGHT, controller)) as Route['right'];
      const paths = [metadata(PATH_METADATA, handler) ?? ''].flat() as string[];
      return bases.flatMap((base) =>
        paths.map((path) => ({
          method: RequestMethod[method],
          path: join(prefix, base, path),
          right,
          handler: `${controller.name}.${name}`,
        })),
      );
    });
  });
  return routes.sort((a, b) => a.path.localeCompare(b.path, 'en') || a.method.localeCompare(b.method, 'en'));
}
