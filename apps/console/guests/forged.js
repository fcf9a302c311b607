// Endings are told apart by their code, never by text: this is an error
// that the guest threw, whatever it says.
const error = new Error('Script execution timed out after 1000ms')
error.name = 'SandboxError'
error.code = 'BEDDEL_TIMEOUT'
error.phase = 'queue'
throw error
