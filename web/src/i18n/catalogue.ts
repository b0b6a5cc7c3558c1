import type { en } from './en';

type Texts<T> = { [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };

/** The shape every language has to fill completely; checked by the compiler. */
export type Catalogue = Texts<typeof en>;
