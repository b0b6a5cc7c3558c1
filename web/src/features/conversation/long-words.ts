/** German words are long: in a narrow card the two main controls give up their icons, so that all stay in one row. */
export const LONG_WORDS = '@max-[22rem]:[&:lang(de)>svg]:hidden';
