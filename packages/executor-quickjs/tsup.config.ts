import { executorConfig } from '../../tsup.base'

export default executorConfig()
