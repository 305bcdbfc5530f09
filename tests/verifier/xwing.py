"""X-Wing (draft-connolly-cfrg-xwing-kem) over ML-KEM-768 (FIPS 203), from the two documents.

For checking published bytes: it is slow and its running time depends on secrets. X25519 comes from
python3-cryptography, SHA-3 from hashlib.
"""

import hashlib

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

# FIPS 203, section 8, table 2: ML-KEM-768.
Q = 3329
N = 256
K = 3
ETA = 2  # eta1 and eta2 are both 2
DU, DV = 10, 4

PUBLIC_BYTES = 384 * K + 32
CIPHERTEXT_BYTES = 32 * (DU * K + DV)


def bit_reversed7(value):
    return int(f"{value:07b}"[::-1], 2)


# Section 4.3: zeta = 17 is a primitive 256th root of unity modulo q.
ZETAS = [pow(17, bit_reversed7(i), Q) for i in range(128)]
GAMMAS = [pow(17, 2 * bit_reversed7(i) + 1, Q) for i in range(128)]


def ntt(polynomial):
    """Algorithm 9."""
    f = list(polynomial)
    i = 1
    length = 128
    while length >= 2:
        for start in range(0, N, 2 * length):
            zeta = ZETAS[i]
            i += 1
            for j in range(start, start + length):
                t = zeta * f[j + length] % Q
                f[j + length] = (f[j] - t) % Q
                f[j] = (f[j] + t) % Q
        length //= 2
    return f


def inverse_ntt(transformed):
    """Algorithm 10."""
    f = list(transformed)
    i = 127
    length = 2
    while length <= 128:
        for start in range(0, N, 2 * length):
            zeta = ZETAS[i]
            i -= 1
            for j in range(start, start + length):
                t = f[j]
                f[j] = (t + f[j + length]) % Q
                f[j + length] = zeta * (f[j + length] - t) % Q
        length *= 2
    return [value * 3303 % Q for value in f]  # 3303 = 128^-1


def multiply_ntt(f, g):
    """Algorithms 11 and 12."""
    h = [0] * N
    for i in range(128):
        a0, a1, b0, b1 = f[2 * i], f[2 * i + 1], g[2 * i], g[2 * i + 1]
        h[2 * i] = (a0 * b0 + a1 * b1 * GAMMAS[i]) % Q
        h[2 * i + 1] = (a0 * b1 + a1 * b0) % Q
    return h


def add(f, g):
    return [(a + b) % Q for a, b in zip(f, g)]


def encode(values, bits):
    """Algorithm 5, ByteEncode: d bits of each value, least significant first."""
    joined = 0
    for index, value in enumerate(values):
        joined |= value << (bits * index)
    return joined.to_bytes(32 * bits, "little")


def decode(data, bits):
    """Algorithm 6, ByteDecode."""
    joined = int.from_bytes(data, "little")
    mask = (1 << bits) - 1
    values = [(joined >> (bits * index)) & mask for index in range(N)]
    return [value % Q for value in values] if bits == 12 else values


def compress(values, bits):
    """(4.7): round(2^d / q * x), halves up."""
    return [((value << (bits + 1)) + Q) // (2 * Q) % (1 << bits) for value in values]


def decompress(values, bits):
    """(4.8)."""
    return [(value * Q * 2 + (1 << bits)) >> (bits + 1) for value in values]


def sample_ntt(seed):
    """Algorithm 7: uniform values from SHAKE128, by rejection."""
    length = 840
    while True:
        stream = hashlib.shake_128(seed).digest(length)
        values = []
        for at in range(0, length, 3):
            a, b, c = stream[at : at + 3]
            for value in (a | (b & 15) << 8, b >> 4 | c << 4):
                if value < Q and len(values) < N:
                    values.append(value)
        if len(values) == N:
            return values
        length += 168


def sample_cbd(seed, number):
    """Algorithm 8 with eta = 2, on PRF(seed, number) = SHAKE256(seed || number)."""
    stream = hashlib.shake_256(seed + bytes([number])).digest(64 * ETA)
    values = []
    for byte in stream:
        for half in (byte & 15, byte >> 4):
            values.append(((half & 1) + (half >> 1 & 1) - (half >> 2 & 1) - (half >> 3)) % Q)
    return values


def matrix(rho):
    """A[i][j] = SampleNTT(rho || j || i)."""
    return [[sample_ntt(rho + bytes([j, i])) for j in range(K)] for i in range(K)]


def inner(row, vector):
    total = [0] * N
    for f, g in zip(row, vector):
        total = add(total, multiply_ntt(f, g))
    return total


def pke_keygen(d):
    """Algorithm 13, K-PKE.KeyGen."""
    seeds = hashlib.sha3_512(d + bytes([K])).digest()
    rho, sigma = seeds[:32], seeds[32:]
    a = matrix(rho)
    s = [ntt(sample_cbd(sigma, i)) for i in range(K)]
    e = [ntt(sample_cbd(sigma, K + i)) for i in range(K)]
    t = [add(inner(a[i], s), e[i]) for i in range(K)]
    public = b"".join(encode(f, 12) for f in t) + rho
    return public, b"".join(encode(f, 12) for f in s)


def pke_encrypt(public, message, coins):
    """Algorithm 14, K-PKE.Encrypt."""
    t = [decode(public[384 * i : 384 * (i + 1)], 12) for i in range(K)]
    a = matrix(public[384 * K :])
    y = [ntt(sample_cbd(coins, i)) for i in range(K)]
    e1 = [sample_cbd(coins, K + i) for i in range(K)]
    e2 = sample_cbd(coins, 2 * K)
    u = [add(inverse_ntt(inner([a[j][i] for j in range(K)], y)), e1[i]) for i in range(K)]
    mu = decompress(decode(message, 1), 1)
    v = add(add(inverse_ntt(inner(t, y)), e2), mu)
    c1 = b"".join(encode(compress(f, DU), DU) for f in u)
    return c1 + encode(compress(v, DV), DV)


def pke_decrypt(secret, ciphertext):
    """Algorithm 15, K-PKE.Decrypt."""
    step = 32 * DU
    u = [decompress(decode(ciphertext[step * i : step * (i + 1)], DU), DU) for i in range(K)]
    v = decompress(decode(ciphertext[step * K :], DV), DV)
    s = [decode(secret[384 * i : 384 * (i + 1)], 12) for i in range(K)]
    product = inverse_ntt(inner(s, [ntt(f) for f in u]))
    w = [(a - b) % Q for a, b in zip(v, product)]
    return encode(compress(w, 1), 1)


def mlkem_encapsulate(public, message):
    """Algorithm 17, ML-KEM.Encaps_internal."""
    expanded = hashlib.sha3_512(message + hashlib.sha3_256(public).digest()).digest()
    return pke_encrypt(public, message, expanded[32:]), expanded[:32]


def mlkem_decapsulate(secret, public, z, ciphertext):
    """Algorithm 18, ML-KEM.Decaps_internal, with the parts of the key given one by one."""
    message = pke_decrypt(secret, ciphertext)
    expanded = hashlib.sha3_512(message + hashlib.sha3_256(public).digest()).digest()
    if pke_encrypt(public, message, expanded[32:]) == ciphertext:
        return expanded[:32]
    return hashlib.shake_256(z + ciphertext).digest(32)


def x25519(secret, public=None):
    key = X25519PrivateKey.from_private_bytes(secret)
    if public is None:
        return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return key.exchange(X25519PublicKey.from_public_bytes(public))


def combine(secret_m, secret_x, ciphertext_x, public_x):
    """X-Wing's combiner; the label is the six characters of \\.//^\\ ."""
    label = bytes.fromhex("5c2e2f2f5e5c")
    return hashlib.sha3_256(secret_m + secret_x + ciphertext_x + public_x + label).digest()


class KeyPair:
    """GenerateKeyPairDerand: 32 bytes expand to ML-KEM's d and z and X25519's secret."""

    def __init__(self, seed):
        expanded = hashlib.shake_256(seed).digest(96)
        self._public_m, self._secret_m = pke_keygen(expanded[:32])
        self._z = expanded[32:64]
        self._secret_x = expanded[64:]
        self._public_x = x25519(self._secret_x)
        self.public = self._public_m + self._public_x

    def decapsulate(self, ciphertext):
        ciphertext_m, ciphertext_x = ciphertext[:CIPHERTEXT_BYTES], ciphertext[CIPHERTEXT_BYTES:]
        secret_m = mlkem_decapsulate(self._secret_m, self._public_m, self._z, ciphertext_m)
        secret_x = x25519(self._secret_x, ciphertext_x)
        return combine(secret_m, secret_x, ciphertext_x, self._public_x)


def encapsulate(public, seed):
    """EncapsulateDerand: 32 bytes for ML-KEM, then 32 for X25519. Gives ciphertext and secret."""
    public_m, public_x = public[:PUBLIC_BYTES], public[PUBLIC_BYTES:]
    ciphertext_m, secret_m = mlkem_encapsulate(public_m, seed[:32])
    ciphertext_x = x25519(seed[32:])
    secret_x = x25519(seed[32:], public_x)
    return ciphertext_m + ciphertext_x, combine(secret_m, secret_x, ciphertext_x, public_x)
