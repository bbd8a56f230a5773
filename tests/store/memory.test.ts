import { memoryStore } from '../../src/store/memory.ts'
import { storeContract } from './contract.ts'

storeContract('memory', async () => {
  const store = memoryStore()
  return { connect: () => store }
})
