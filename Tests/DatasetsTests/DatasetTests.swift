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

    /// 60, 30 and 10 images of three classes, mixed; pixel values tell them apart.
    private let uneven: Dataset = {
        let labels = (0..<100).map { UInt16($0 % 10 == 9 ? 2 : $0 % 10 < 6 ? 0 : 1) }
        let images = LabelledImages(
            height: 1, width: 1, channels: 1, pixels: (0..<100).map { UInt8($0) }, labels: labels)
        return Dataset(
            name: "uneven", classes: ["a", "b", "c"], training: images, test: images.prefix(1), skipped: [])
    }()

    @Test func theSplitDependsOnItsSeedAlone() throws {
        let (training, validation) = try uneven.split(validation: 20, seed: 1)
        #expect((training.pixels + validation.pixels).sorted() == uneven.training.pixels)
        #expect(
            training.pixels == training.pixels.sorted() && validation.pixels == validation.pixels.sorted())
        #expect(try uneven.split(validation: 20, seed: 1).training == training)
        #expect(try uneven.split(validation: 20, seed: 2).validation != validation)
    }

    @Test func eachClassGivesItsShareAndKeepsAnImage() throws {
        func counts(_ validation: Int) throws -> [Int] {
            try uneven.split(validation: validation, seed: 3).validation.classCounts(of: 3)
        }
        #expect(try counts(10) == [6, 3, 1])
        // Shares of 6.6, 3.3 and 1.1.
        #expect(try counts(11) == [7, 3, 1])
        // The smallest class gives one of two or more, though its share is 0.3.
        #expect(try counts(3) == [1, 1, 1])
        #expect(try counts(2) == [1, 1, 0])
        #expect(try counts(97) == [59, 29, 9])
        #expect(uneven.refusal(ofValidation: 97) == nil && uneven.refusal(ofValidation: 98) != nil)
        #expect(uneven.training.classCounts(of: 3) == [60, 30, 10])
        #expect(uneven.training.largestClassShare == 0.6)
    }

    @Test(arguments: [0, -1, 98, Int.max]) func aSplitThatLeavesNothingIsRefused(_ count: Int) {
        #expect(
            refusal { try uneven.split(validation: count, seed: 0) }
                == "uneven: \(count) images are asked for validation, but there are 100 to share with training, "
                + "which keeps one of each class; choose 1 to 97.")
    }

    @Test func singleImagesCannotBeShared() {
        let data = Dataset(
            name: "numbered", classes: [], training: numbered, test: numbered.prefix(1), skipped: [])
        #expect(
            refusal { try data.split(validation: 1, seed: 0) }
                == "numbered: 1 images are asked for validation, but no class has two images to share with "
                + "training; add images.")
    }

    @Test func imagesBroughtForValidationAreTheOnesThatSelect() throws {
        let data = Dataset(
            name: "three", classes: [], training: numbered, test: numbered.prefix(1),
            validation: uneven.training, skipped: [])
        let (training, validation) = try data.split(validation: 10, seed: 0)
        #expect(training == numbered && validation.classCounts(of: 3) == [6, 3, 1])
        #expect(try data.split(validation: 100, seed: 0).validation == uneven.training)
        #expect(
            refusal { try data.split(validation: 101, seed: 0) }.contains("it brings 100; choose 1 to 100"))
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
