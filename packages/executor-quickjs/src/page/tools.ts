export { meter, stripTypes } from '@beddel/source'
