/**
 * The description of the API (OpenAPI 3.1), read from the source of its controllers: routes from the decorators, bodies and answers from
 * the types. So it cannot say anything that the compiler has not checked, and no class has to be decorated for it.
 */
import path from 'node:path';
import ts from 'typescript';
import { createSchemas } from './json-schema.mjs';

const METHODS = { Get: 'get', Post: 'post', Put: 'put', Patch: 'patch', Delete: 'delete' };
const PREFIX = '/api/v1';

/** Decorators of a node: name to its arguments as values (strings, numbers) or source text. */
function decoratorsOf(node) {
  const found = new Map();
  for (const decorator of ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : []) {
    const call = decorator.expression;
    if (ts.isCallExpression(call)) found.set(call.expression.getText(), call.arguments.map(valueOf));
  }
  return found;
}

const valueOf = (node) =>
  ts.isStringLiteralLike(node) ? node.text : ts.isNumericLiteral(node) ? Number(node.text) : node.getText();

/** First sentence and the rest of a comment. */
function docsOf(checker, node) {
  const symbol = node.name && checker.getSymbolAtLocation(node.name);
  const text = symbol ? ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll(/\s+/g, ' ') : '';
  if (text === '') return {};
  const summary = /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
  return { summary: summary.replace(/\.$/, ''), ...(summary === text ? {} : { description: text }) };
}

/** The type that a promise brings. */
const awaited = (checker, type) => checker.getAwaitedType(type) ?? type;

function pathOf(controller, route) {
  const whole = [controller, route].filter((part) => part !== undefined && part !== '').join('/');
  return `${PREFIX}/${whole}`.replaceAll(/:(\w+)/g, '{$1}');
}

/** Properties of a query class as parameters. */
function queryParameters(checker, schemas, type) {
  return checker.getPropertiesOfType(type).map((property) => {
    const declaration = property.valueDeclaration;
    const schema = schemas.ofProperty(property, declaration);
    return {
      name: property.name,
      in: 'query',
      required: !schemas.isOptional(property, declaration),
      ...docsOf(checker, declaration),
      schema,
    };
  });
}

function parametersOf(checker, schemas, method) {
  const parameters = [];
  let body;
  for (const parameter of method.parameters) {
    const decorators = decoratorsOf(parameter);
    const type = checker.getTypeAtLocation(parameter);
    const name = (kind) => decorators.get(kind)?.[0];
    if (decorators.has('Param') && name('Param') === undefined) {
      for (const property of checker.getPropertiesOfType(type)) {
        const schema = schemas.ofProperty(property, property.valueDeclaration);
        parameters.push({ name: property.name, in: 'path', required: true, schema });
      }
    } else if (decorators.has('Param')) {
      const uuid = decorators.get('Param').includes('ParseUUIDPipe');
      parameters.push({
        name: name('Param'),
        in: 'path',
        required: true,
        schema: { type: 'string', ...(uuid ? { format: 'uuid' } : {}) },
      });
    } else if (decorators.has('Query')) {
      if (name('Query') === undefined) parameters.push(...queryParameters(checker, schemas, type));
      else parameters.push({ name: name('Query'), in: 'query', required: false, schema: schemas.of(type) });
    } else if (decorators.has('Headers') && name('Headers') !== undefined) {
      parameters.push({ name: name('Headers'), in: 'header', required: false, schema: { type: 'string' } });
    } else if (decorators.has('Body')) body = schemas.of(type);
  }
  return { parameters, body };
}

/** Whether a handler writes its answer by itself. */
const writesItself = (method) =>
  method.parameters.some((parameter) => {
    const args = decoratorsOf(parameter).get('Res');
    return args !== undefined && args.length === 0;
  });

function operationOf(checker, schemas, controller, method, verb, decorators) {
  const { parameters, body } = parametersOf(checker, schemas, method);
  const consumes = decorators.get('ApiConsumes');
  const produces = decorators.get('ApiProduces');
  const signature = checker.getSignatureFromDeclaration(method);
  const result = awaited(checker, checker.getReturnTypeOfSignature(signature));
  const nothing = (result.flags & ts.TypeFlags.VoidLike) !== 0;
  const status = String(decorators.get('HttpCode')?.[0] ?? (verb === 'post' ? 201 : 200));
  const own = writesItself(method);
  const content =
    own || produces
      ? Object.fromEntries((produces ?? ['*/*']).map((type) => [type, { schema: { type: 'string' } }]))
      : nothing
        ? undefined
        : { 'application/json': { schema: schemas.of(result) } };
  const needs = decorators.get('Requires')?.[0];
  const bodyTypes = consumes ?? (body === undefined ? [] : ['application/json']);
  return {
    operationId: `${controller.replace(/Controller$/, '')}_${method.name.getText()}`,
    ...docsOf(checker, method),
    ...(needs === undefined ? { security: [] } : { 'x-right': needs, security: [{ session: [] }, { token: [] }] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(bodyTypes.length > 0
      ? {
          requestBody: {
            required: true,
            content: Object.fromEntries(
              bodyTypes.map((type) => [type, { schema: body ?? { type: 'string', format: 'binary' } }]),
            ),
          },
        }
      : {}),
    responses: {
      [status]: { description: nothing && !own ? 'Done.' : 'The answer.', ...(content ? { content } : {}) },
      default: {
        description: 'What went wrong.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

const PROBLEM = {
  type: 'object',
  description: 'RFC 9457. `type` is stable; `title` may change. Some types carry more members.',
  required: ['type', 'title', 'status', 'instance'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    instance: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' }, code: { type: 'string' } },
      },
    },
  },
  additionalProperties: true,
};

/** @returns the description as an object. Throws where a controller cannot be read, naming it. */
export function describeApi(root) {
  const config = ts.getParsedCommandLineOfConfigFile(
    path.join(root, 'tsconfig.json'),
    { noEmit: true, incremental: false, tsBuildInfoFile: undefined },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  const controllers = ts.sys
    .readDirectory(path.join(root, 'apps/api/src'), ['.ts'])
    .filter((file) => file.endsWith('.controller.ts'))
    .sort();
  const program = ts.createProgram(controllers, config.options);
  const checker = program.getTypeChecker();
  const schemas = createSchemas(checker, decoratorsOf);
  const paths = {};
  for (const file of controllers) {
    for (const node of program.getSourceFile(file).statements) {
      const decorators = ts.isClassDeclaration(node) ? decoratorsOf(node) : new Map();
      if (!decorators.has('Controller')) continue;
      const [tag] = decorators.get('ApiTags') ?? decorators.get('Controller');
      for (const method of node.members.filter(ts.isMethodDeclaration)) {
        const own = decoratorsOf(method);
        for (const [name, verb] of Object.entries(METHODS)) {
          if (!own.has(name)) continue;
          const where = pathOf(decorators.get('Controller')[0], own.get(name)[0]);
          const operation = operationOf(checker, schemas, node.name.text, method, verb, own);
          paths[where] = { ...paths[where], [verb]: { tags: [tag], ...operation } };
        }
      }
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Perennial',
      version: '1',
      description: 'Cancer registry platform. Values of NAACCR items go by their XML ids.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'perennial_session' },
        token: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Problem: PROBLEM, ...schemas.components() },
    },
  };
}
