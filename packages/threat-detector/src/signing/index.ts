export { SIGNING_CODES, type SigningCode, SigningError } from './codes.js'
export { FileRegistryStore, type FileRegistryStoreOptions } from './file-registry-store.js'
export type { InstantInput, Window, WindowInput } from './instant.js'
export type { JudgedSignature, Report } from './judge.js'
export { exportPrivateKey, generateKeyPair, type KeyPair, type PrivateKeyInput, publicKeyOf } from './private-key.js'
export { exportPublicKey, type Jwk, type KeyFormat, type KeyForms, keyIdOf, type PublicKeyInput } from './public-key.js'
export type { RegistryData, Revocation, Signer, SignerKey } from './registry-data.js'
export { MemoryRegistryStore, type RegistryStore, type Stored } from './registry-store.js'
export type { Requirement, RequirementInput } from './requirement.js'
export { signCode, type SignOptions } from './sign-code.js'
export {
  type CodeSignature,
  formatSignatureFile,
  parseSignatureFile,
  type SignatureFile,
  type SignaturesInput,
} from './signature-file.js'
export {
  type SignaturePolicy,
  signaturePolicy,
  type SignaturePolicyOptions,
  type SignatureVerdict,
  type SignedRun,
} from './signature-policy.js'
export { type NewSigner, type RegistryVerifyOptions, type RevokeOptions, type RotateOptions, SignerRegistry } from './signer-registry.js'
export { signedMessage, type Statement, type StatementInput, statementOf } from './statement.js'
export { type Expected, type Verification, verifyCode, type VerifyOptions } from './verify-code.js'
