// The forms in which a network is exported.

import ArgumentParser

/// The native forms of a network, and those of other tools.
enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case yaml
    case json
    case timm
    case torchvision
    case keras
    case onnx
    case safetensors
}
