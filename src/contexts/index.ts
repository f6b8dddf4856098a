export { editorCommand, editText } from './editor.js';
export { maskAddresses, maskedFields } from './masked-fields.js';
export { EMPTY_CONTEXT, formatContext, mergeFields } from './merge-fields.js';
export { type NamedFields, namedFields } from './named-fields.js';
export { requireNewContextName } from './new-name.js';
export { type ContextStore, openContexts } from './store.js';
export { requireUsable } from './usable.js';
