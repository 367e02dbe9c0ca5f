// Sources as users write them, parts of data sets, and the split that all selection shares.

import Datasets
import Testing

@Suite struct DatasetTests {
    private let numbered = LabelledImages(
        height: 1, width: 2, channels: 1, pixels: (0..<20).map { UInt8($0) },
        labels: (0..<10).map { UInt16($0) })

    @Test func partsKeepImagesWithTheirLabels() {
        let chosen = numbered.selecting([7, 0, 7])
        #expect(chosen.pixels == [14, 15, 0, 1, 14, 15])
        #expect(chosen.labels == [7, 0, 7])
        #expect(numbered.prefix(3) == numbered.selecting([0, 1, 2]))
        #expect(numbered.prefix(99) == numbered && numbered.prefix(-1).count == 0)
    }

    @Test func theSplitDependsOnItsSeedAlone() throws {
        let data = Dataset(
            name: "numbered", classes: [], training: numbered, test: numbered.prefix(1), skipped: [])
        let (training, validation) = try data.split(validation: 4, seed: 1)
        #expect(training.count == 6 && validation.count == 4)
        #expect((training.labels + validation.labels).sorted() == numbered.labels)
        #expect(training.labels == training.labels.sorted())
        let (again, _) = try data.split(validation: 4, seed: 1)
        #expect(again == training)
        let others = try (2..<6).map { try data.split(validation: 4, seed: $0).validation.labels }
        #expect(Set(others).count > 1)
        // A larger part contains the smaller one.
        let larger = try data.split(validation: 5, seed: 1).validation.labels
        #expect(Set(validation.labels).isSubset(of: larger))
    }

    @Test(arguments: [0, -1, 10, 11]) func aSplitThatLeavesNothingIsRefused(_ count: Int) {
        let data = Dataset(
            name: "numbered", classes: [], training: numbered, test: numbered.prefix(1), skipped: [])
        #expect(
            refusal { try data.split(validation: count, seed: 0) }
                == "numbered: \(count) images are asked for validation, but there are 10 to share with "
                + "training; choose 1 to 9.")
    }

    @Test func sourcesAreNamesShapesOrPaths() throws {
        #expect(try DatasetSource("fashion-mnist") == .published(.fashionMNIST, folder: nil))
        #expect(try DatasetSource("cifar-100:/data/c") == .published(.cifar100, folder: "/data/c"))
        #expect(try DatasetSource("shapes") == .shapes(Shapes()))
        #expect(
            try DatasetSource("shapes:size=16,classes=4,frequency=5.5,seed=3")
                == .shapes(Shapes(size: 16, classes: 4, frequency: 5.5, seed: 3)))
        #expect(try DatasetSource("./mnist") == .path("./mnist"))
        #expect(refusal { try DatasetSource("mnist:") }.hasPrefix("mnist:: no folder follows the colon"))
        #expect(refusal { try DatasetSource("") }.hasPrefix("--data: it is empty"))
    }

    @Test func anUnknownNameListsTheKnownOnes() {
        #expect(
            refusal { try Dataset.load("imagenet") }
                == "imagenet: there is no such folder and no data set of this name; check the path, or "
                + "choose one of fashion-mnist, mnist, cifar-10, cifar-100, shapes.")
    }

    @Test func aMissingDataSetNamesPlacesAndRemedy() {
        let options = DatasetOptions(places: ["/nowhere", "/else"])
        #expect(
            refusal { try Dataset.load("fashion-mnist", options: options) }
                == "fashion-mnist: no train-images-idx3-ubyte in /nowhere/fashion-mnist or "
                + "/else/fashion-mnist; install it with apt-get install dataset-fashion-mnist, or use --data shapes."
        )
        #expect(
            refusal { try Dataset.load("cifar-10:/nowhere") }.contains(
                "no data_batch_1.bin in /nowhere; download"))
        #expect(refusal { try Dataset.load("mnist:/nowhere") }.hasSuffix("or use --data shapes."))
    }
}
