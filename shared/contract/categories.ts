import { z } from 'zod';
import type { Category } from '../domain/category.ts';
import { method } from '../rpc/define.ts';
import { categoryId, datasetId, name } from './common.ts';

export const categories = {
  list: method<readonly (Category & { readonly boxes: number })[]>()(z.object({ dataset: datasetId })),
  add: method<Category>()(z.object({ dataset: datasetId, name })),
  update: method<Category>()(
    z.object({
      dataset: datasetId,
      category: categoryId,
      name: name.optional(),
      color: z
        .string()
        .regex(/^#[0-9a-f]{6}$/i)
        .nullable()
        .optional(),
    }),
  ),
};
