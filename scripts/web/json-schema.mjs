/** TypeScript types as JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
import ts from 'typescript';

/** Above this many properties an object is a dictionary of NAACCR items, not a shape. */
const DICTIONARY = 100;

/** Limits that the decorators of a request class state, by decorator name. */
const LIMITS = {
  Min: ([value]) => ({ minimum: value }),
  Max: ([value]) => ({ maximum: value }),
  MinLength: ([value]) => ({ minLength: value }),
  MaxLength: ([value]) => ({ maxLength: value }),
  ArrayMaxSize: ([value]) => ({ maxItems: value }),
  ArrayMinSize: ([value]) => ({ minItems: value }),
  IsInt: () => ({ type: 'integer' }),
  IsUUID: () => ({ format: 'uuid' }),
  Matches: ([value]) => {
    const pattern = /^\/(.*)\/[a-z]*$/.exec(String(value))?.[1];
    return pattern === undefined ? {} : { pattern };
  },
};

/** @param decoratorsOf decorators of a declaration: name to arguments. */
export function createSchemas(checker, decoratorsOf) {
  const components = new Map();
  const names = new Map();

  const isArray = (type) => checker.isArrayType(type) || checker.isTupleType(type);
  const isFunction = (type) => type.getCallSignatures().length > 0;

  /** A name for types that have one: interfaces, classes and aliases of objects, with their arguments. */
  function nameOf(type) {
    const symbol = type.aliasSymbol ?? (type.flags & ts.TypeFlags.Object ? type.symbol : undefined);
    if (
      symbol === undefined ||
      symbol.name.startsWith('__') ||
      /^(Partial|Readonly|Pick|Omit|Record)$/.test(symbol.name)
    )
      return null;
    const args = (type.aliasSymbol ? type.aliasTypeArguments : checker.getTypeArguments(type)) ?? [];
    const parts = args.filter((arg) => !(arg.flags & ts.TypeFlags.TypeParameter)).map((arg) => nameOf(arg) ?? 'Of');
    return [symbol.name, ...parts].join('_');
  }

  function union(types) {
    const nullable = types.some((type) => type.flags & ts.TypeFlags.Null);
    const rest = types.filter((type) => !(type.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)));
    const literals = rest.filter((type) => type.isStringLiteral() || type.isNumberLiteral());
    const isBoolean = rest.length === 2 && rest.every((type) => type.flags & ts.TypeFlags.BooleanLiteral);
    let schema;
    if (isBoolean) schema = { type: 'boolean' };
    else if (rest.length > 0 && literals.length === rest.length) {
      schema = { type: typeof literals[0].value, enum: literals.map((type) => type.value) };
    } else if (rest.length === 1) schema = of(rest[0]);
    else schema = { anyOf: unique(rest.map(of)) };
    if (!nullable) return schema;
    if (typeof schema.type === 'string' && schema.enum === undefined) return { ...schema, type: [schema.type, 'null'] };
    return { anyOf: [schema, { type: 'null' }] };
  }

  const unique = (schemas) => [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];

  function object(type) {
    const properties = checker.getPropertiesOfType(type).filter((property) => !property.name.startsWith('__'));
    const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
    if (index !== undefined && properties.length === 0) return { type: 'object', additionalProperties: of(index) };
    if (properties.length > DICTIONARY) {
      const value = checker.getTypeOfSymbol(properties[0]);
      return { type: 'object', additionalProperties: of(value) };
    }
    const shape = { type: 'object', properties: {} };
    const required = [];
    for (const property of properties) {
      const declaration = property.valueDeclaration ?? property.declarations?.[0];
      if (declaration && ts.isMethodDeclaration(declaration)) continue;
      const value = checker.getTypeOfSymbol(property);
      if (isFunction(value)) continue;
      shape.properties[property.name] = ofProperty(property, declaration);
      if (!isOptional(property, declaration)) required.push(property.name);
    }
    return required.length > 0 ? { ...shape, required } : shape;
  }

  /** Left out by clients: marked so, or with a default. */
  function isOptional(property, declaration) {
    return Boolean(property.flags & ts.SymbolFlags.Optional) || declaration?.initializer !== undefined;
  }

  function ofProperty(property, declaration) {
    let schema = of(checker.getTypeOfSymbol(property));
    if (declaration !== undefined && ts.isPropertyDeclaration(declaration)) {
      for (const [name, args] of decoratorsOf(declaration)) schema = { ...schema, ...LIMITS[name]?.(args) };
      const start = declaration.initializer;
      if (start && ts.isNumericLiteral(start)) schema = { ...schema, default: Number(start.text) };
    }
    const text = ts.displayPartsToString(property.getDocumentationComment(checker)).replaceAll(/\s+/g, ' ');
    return text === '' || schema.$ref !== undefined ? schema : { ...schema, description: text };
  }

  function of(type) {
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
    if (type.isStringLiteral() || type.isNumberLiteral()) return { type: typeof type.value, enum: [type.value] };
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { type: 'boolean' };
    if (type.isUnion()) return union(type.types);
    if (type.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.TemplateLiteral)) return { type: 'string' };
    if (type.flags & ts.TypeFlags.NumberLike) return { type: 'number' };
    if (type.flags & ts.TypeFlags.BooleanLike) return { type: 'boolean' };
    if (type.flags & ts.TypeFlags.Null) return { type: 'null' };
    // A branded string is a string.
    if (type.isIntersection() && type.types.some((part) => part.flags & ts.TypeFlags.StringLike))
      return { type: 'string' };
    if (isArray(type)) {
      const [element] = checker.getTypeArguments(type);
      if (!checker.isTupleType(type)) return { type: 'array', items: element === undefined ? {} : of(element) };
      const parts = checker.getTypeArguments(type).map(of);
      return { type: 'array', prefixItems: parts, minItems: type.target.minLength, maxItems: parts.length };
    }
    if (type.symbol?.name === 'Date') return { type: 'string', format: 'date-time' };
    const name = nameOf(type);
    if (name === null) return object(type);
    // Two types of the same name get two components.
    const known = names.get(name) ?? [];
    let at = known.indexOf(type);
    if (at < 0) {
      at = known.push(type) - 1;
      names.set(name, known);
      const key = at === 0 ? name : `${name}_${at + 1}`;
      components.set(key, {});
      const schema = object(type);
      const same = known.slice(0, at).findIndex((_, i) => {
        const other = components.get(i === 0 ? name : `${name}_${i + 1}`);
        return JSON.stringify(other) === JSON.stringify(schema);
      });
      if (same >= 0) {
        components.delete(key);
        known[at] = known[same];
        at = same;
      } else components.set(key, schema);
    }
    return { $ref: `#/components/schemas/${at === 0 ? name : `${name}_${at + 1}`}` };
  }

  return {
    of,
    ofProperty,
    isOptional,
    components: () => Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
