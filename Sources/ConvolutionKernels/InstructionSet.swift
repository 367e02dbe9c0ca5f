// Which builds of the kernels this machine can run, and how to get them.

import CPUFeatures
import KernelTasks
import KernelsPortable

#if arch(x86_64)
    import KernelsAVX2
    import KernelsAVX512
#endif

/// An instruction set that the kernels are built for; raw values are the names on the command line.
public enum InstructionSet: String, CaseIterable, Sendable {
    /// x86-64-v4: vectors of 512 bits, 32 registers.
    case avx512
    /// x86-64-v3: vectors of 256 bits and fused multiply–add.
    case avx2
    /// Vectors of 128 bits: SSE2 on x86-64, NEON on arm64.
    case portable

    /// Whether this CPU has the instructions and its operating system saves their registers.
    public var isSupported: Bool {
        switch self {
        case .avx512: Self.detected == .avx512
        case .avx2: Self.detected != .portable
        case .portable: true
        }
    }

    /// The fastest that this machine supports, found once.
    public static let detected = fastest()

    /// The kernels built for this instruction set; they may only be called where it is supported.
    package var kernels: KernelSet { kernels(for: Self.multipliers) }

    /// The same for a CPU with other multipliers of 512 bits. Sums that are multiplied in pairs differ in their last bits.
    package func kernels(for multipliers: Multipliers) -> KernelSet {
        #if arch(x86_64)
            switch self {
            case .avx512:
                return KernelsAVX512.kernelSet().suited(to: multipliers, firstCache: Self.firstCache)
            case .avx2: return KernelsAVX2.kernelSet()
            case .portable: return KernelsPortable.kernelSet()
            }
        #else
            KernelsPortable.kernelSet()
        #endif
    }

    /// Whether AMD made this CPU, whose name then ends in "cAMD". Asked once, as a virtual machine takes its time to answer.
    private static let isAMD = cpuidRegisters(0, 0).ecx == 0x444d_4163

    /// Bytes of this CPU's first cache for data, 0 where it does not say. Asked once.
    private static let firstCache: Int = {
        // AMD's leaf has the same fields as Intel's.
        let leaf = cpuidRegisters(isAMD ? 0x8000_001d : 4, 0)
        // A level of 1, and data or both.
        guard leaf.eax >> 5 & 7 == 1, leaf.eax & 0x1f != 2, leaf.eax & 0x1f != 0 else { return 0 }
        let (ways, partitions, line) = (leaf.ebx >> 22, leaf.ebx >> 12 & 0x3ff, leaf.ebx & 0xfff)
        return [ways, partitions, line, leaf.ecx].reduce(1) { $0 * (Int($1) + 1) }
    }()

    /// This CPU's: of AMD's, family 19h has AVX-512 as the Zen 4, and 1Ah is the Zen 5.
    private static let multipliers: Multipliers = {
        let signature = cpuidRegisters(1, 0).eax
        guard isAMD, signature >> 8 & 0xf == 0xf else { return .whole }
        return switch signature >> 20 & 0xff {
        case ..<0xa: .whole
        case 0xa: .halvesBesideAdders
        default: .wholeBesideAdders
        }
    }()

    /// Asks the CPU for the features of x86-64-v3 and v4, and XCR0 for the registers they need.
    private static func fastest() -> InstructionSet {
        let basic = cpuidRegisters(1, 0).ecx
        let extended = cpuidRegisters(7, 0).ebx
        // FMA, SSE4.1, SSE4.2, MOVBE, POPCNT, XSAVE, OSXSAVE, AVX, F16C
        guard basic.hasBits(12, 19, 20, 22, 23, 26, 27, 28, 29) else { return .portable }
        let states = enabledRegisterStates()
        // The low halves of the vector registers, and BMI1, AVX2, BMI2, and LZCNT.
        guard states & 0x6 == 0x6, extended.hasBits(3, 5, 8),
            cpuidRegisters(0x8000_0001, 0).ecx.hasBits(5)
        else { return .portable }
        // Masks and all of the 32 wide registers, and AVX512 F, DQ, CD, BW, VL.
        guard states & 0xe6 == 0xe6, extended.hasBits(16, 17, 28, 30, 31) else { return .avx2 }
        return .avx512
    }
}

extension UInt32 {
    /// Whether all the bits at these positions are set.
    fileprivate func hasBits(_ positions: Int...) -> Bool {
        positions.allSatisfy { self >> UInt32($0) & 1 == 1 }
    }
}
