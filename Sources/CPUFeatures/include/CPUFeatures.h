// What this processor and its operating system offer, asked of CPUID and XGETBV. Zero on other architectures.
#pragma once
#include <stdint.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

typedef struct { uint32_t eax, ebx, ecx, edx; } CPUIDRegisters;

/// The registers that CPUID returns for a leaf and subleaf; all zero where the leaf does not exist.
static inline CPUIDRegisters cpuidRegisters(uint32_t leaf, uint32_t subleaf) {
    CPUIDRegisters r = {0, 0, 0, 0};
#if defined(__x86_64__)
    __get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx);
#endif
    return r;
}

/// XCR0, the register states that the operating system saves; call it only where CPUID says OSXSAVE.
static inline uint64_t enabledRegisterStates(void) {
    uint32_t low = 0, high = 0;
#if defined(__x86_64__)
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
#endif
    return (uint64_t)high << 32 | low;
}

/// Asks for the cache line at an address to be brought into the second cache; it may be any address. Swift has no
/// name for this instruction.
static inline __attribute__((always_inline)) void prefetch(const void *address) {
    __builtin_prefetch(address, 0, 2);
}
