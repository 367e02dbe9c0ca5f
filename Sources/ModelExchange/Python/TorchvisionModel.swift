import Networks
extension Network {
    func torchvisionModel() throws(ExportRefusal) -> PythonModel { throw ExportRefusal("later") }
    func kerasModel() throws(ExportRefusal) -> PythonModel { throw ExportRefusal("later") }
}
