/** Of the package that this is a part of: a seed means the same run only within one version. */
export const VERSION: string = import.meta.env.AMBER_VERSION;
