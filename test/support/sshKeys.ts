import ssh2 from 'ssh2'

/**
 * A fresh key pair as OpenSSH writes it, locked by a passphrase where one is given. `ssh2` drops a
 * leading zero byte of a key, so that one pair in some 300 is none that it can read again: such a
 * pair is made anew.
 */
export function freshKeyPair(passphrase?: string): { public: string; private: string } {
  for (let tries = 0; tries < 20; tries += 1) {
    const pair =
      passphrase === undefined
        ? ssh2.utils.generateKeyPairSync('ed25519')
        : ssh2.utils.generateKeyPairSync('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 4 })
    const read = [ssh2.utils.parseKey(pair.public), ssh2.utils.parseKey(pair.private, passphrase)]
    if (!read.some((key) => key instanceof Error || Array.isArray(key))) return pair
  }
  throw new Error('No key pair of 20 could be read: ssh2.utils.parseKey refuses what generateKeyPairSync makes')
}
