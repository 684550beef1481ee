// A JSON Schema, written as a constant, → the TypeScript type of the values that it describes.

/** The schema of an object that has these members and no others. */
export function object<const Properties extends object, const Required extends readonly (keyof Properties)[]>(
  properties: Properties,
  required: Required,
) {
  return { type: 'object', properties, required, additionalProperties: false } as const;
}

type ObjectShape<Properties, Required> = Readonly<
  { [Name in keyof Properties as Name extends Required ? Name : never]: Shape<Properties[Name]> } & {
    [Name in keyof Properties as Name extends Required ? never : Name]?: Shape<Properties[Name]>;
  }
>;

/** Covers the keywords that frames.ts uses for what the server builds; anything else is `unknown`. */
export type Shape<Schema> = Schema extends { readonly const: infer Value }
  ? Value
  : Schema extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : Schema extends { readonly type: 'array'; readonly items: infer Items }
      ? readonly Shape<Items>[]
      : Schema extends {
            readonly properties: infer Properties;
            readonly required: readonly (infer Required)[];
          }
        ? ObjectShape<Properties, Required>
        : Schema extends { readonly type: 'string' }
          ? string
          : Schema extends { readonly type: 'integer' | 'number' }
            ? number
            : Schema extends { readonly type: 'boolean' }
              ? boolean
              : unknown;
