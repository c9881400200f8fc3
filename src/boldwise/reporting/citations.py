"""What the methods text cites, numbered in the order of first use."""

REFERENCES = {
    "abraham2014": "Abraham A, Pedregosa F, Eickenberg M, et al. (2014). Machine "
    "learning for neuroimaging with scikit-learn. Frontiers in Neuroinformatics 8:14. "
    "doi:10.3389/fninf.2014.00014",
    "adeli2025": "Adeli H, Minni S, Kriegeskorte N (2025). Transformer brain encoders "
    "explain human high-level visual responses. NeurIPS. arXiv:2505.17329",
    "allen2022": "Allen EJ, St-Yves G, Wu Y, et al. (2022). A massive 7T fMRI dataset "
    "to bridge cognitive neuroscience and artificial intelligence. Nature Neuroscience "
    "25:116–126. doi:10.1038/s41593-021-00962-x",
    "bazeille2019": "Bazeille T, Richard H, Janati H, Thirion B (2019). Local optimal "
    "transport for functional brain template estimation. Information Processing in "
    "Medical Imaging, 237–248. doi:10.1007/978-3-030-20351-1_18",
    "behzadi2007": "Behzadi Y, Restom K, Liau J, Liu TT (2007). A component based "
    "noise correction method (CompCor) for BOLD and perfusion based fMRI. NeuroImage "
    "37:90–101. doi:10.1016/j.neuroimage.2007.04.042",
    "beliy2024": "Beliy R, Wasserman N, Zalcher A, Irani M (2024). The wisdom of a "
    "crowd of brains: a universal brain encoder. arXiv:2406.12179",
    "benjamini1995": "Benjamini Y, Hochberg Y (1995). Controlling the false discovery "
    "rate: a practical and powerful approach to multiple testing. Journal of the Royal "
    "Statistical Society B 57:289–300. doi:10.1111/j.2517-6161.1995.tb02031.x",
    "brown1910": "Brown W (1910). Some experimental results in the correlation of "
    "mental abilities. British Journal of Psychology 3:296–322. "
    "doi:10.1111/j.2044-8295.1910.tb00207.x",
    "chen2015": "Chen PH, Chen J, Yeshurun Y, et al. (2015). A reduced-dimension fMRI "
    "shared response model. Advances in Neural Information Processing Systems "
    "28:460–468",
    "cherti2023": "Cherti M, Beaumont R, Wightman R, et al. (2023). Reproducible "
    "scaling laws for contrastive language-image learning. CVPR, 2818–2829. "
    "arXiv:2212.07143",
    "dalal2005": "Dalal N, Triggs B (2005). Histograms of oriented gradients for "
    "human detection. CVPR, 886–893. doi:10.1109/CVPR.2005.177",
    "duchon1979": "Duchon CE (1979). Lanczos filtering in one and two dimensions. "
    "Journal of Applied Meteorology 18:1016–1022. "
    "doi:10.1175/1520-0450(1979)018<1016:LFIOAT>2.0.CO;2",
    "dupre2022": "Dupré la Tour T, Eickenberg M, Nunez-Elizalde AO, Gallant JL (2022). "
    "Feature-space selection with banded ridge regression. NeuroImage 264:119728. "
    "doi:10.1016/j.neuroimage.2022.119728",
    "esteban2019": "Esteban O, Markiewicz CJ, Blair RW, et al. (2019). fMRIPrep: a "
    "robust preprocessing pipeline for functional MRI. Nature Methods 16:111–116. "
    "doi:10.1038/s41592-018-0235-4",
    "friston1998": "Friston KJ, Fletcher P, Josephs O, et al. (1998). Event-related "
    "fMRI: characterizing differential responses. NeuroImage 7:30–40. "
    "doi:10.1006/nimg.1997.0306",
    "glover1999": "Glover GH (1999). Deconvolution of impulse response in "
    "event-related BOLD fMRI. NeuroImage 9:416–429. doi:10.1006/nimg.1998.0419",
    "haxby2011": "Haxby JV, Guntupalli JS, Connolly AC, et al. (2011). A common, "
    "high-dimensional model of the representational space in human ventral temporal "
    "cortex. Neuron 72:404–416. doi:10.1016/j.neuron.2011.08.026",
    "hoerl1970": "Hoerl AE, Kennard RW (1970). Ridge regression: biased estimation for "
    "nonorthogonal problems. Technometrics 12:55–67. "
    "doi:10.1080/00401706.1970.10488634",
    "jain2018": "Jain S, Huth AG (2018). Incorporating context into language encoding "
    "models for fMRI. Advances in Neural Information Processing Systems 31. "
    "doi:10.1101/327601",
    "kay2008": "Kay KN, Naselaris T, Prenger RJ, Gallant JL (2008). Identifying "
    "natural images from human brain activity. Nature 452:352–355. "
    "doi:10.1038/nature06713",
    "kriegeskorte2009": "Kriegeskorte N, Simmons WK, Bellgowan PSF, Baker CI (2009). "
    "Circular analysis in systems neuroscience: the dangers of double dipping. Nature "
    "Neuroscience 12:535–540. doi:10.1038/nn.2303",
    "ledoit2004": "Ledoit O, Wolf M (2004). A well-conditioned estimator for "
    "large-dimensional covariance matrices. Journal of Multivariate Analysis "
    "88:365–411. doi:10.1016/S0047-259X(03)00096-4",
    "li2006": "Li P, Hastie TJ, Church KW (2006). Very sparse random projections. "
    "Proceedings of the 12th ACM SIGKDD International Conference on Knowledge "
    "Discovery and Data Mining:287–296. doi:10.1145/1150402.1150436",
    "lindquist2019": "Lindquist MA, Geuter S, Wager TD, Caffo BS (2019). Modular "
    "preprocessing pipelines can reintroduce artifacts into fMRI data. Human Brain "
    "Mapping 40:2358–2376. doi:10.1002/hbm.24528",
    "lowekamp2013": "Lowekamp BC, Chen DT, Ibáñez L, Blezek D (2013). The design of "
    "SimpleITK. Frontiers in Neuroinformatics 7:45. doi:10.3389/fninf.2013.00045",
    "marcel2010": "Marcel S, Rodriguez Y (2010). Torchvision the machine-vision "
    "package of Torch. ACM Multimedia, 1485–1488. doi:10.1145/1873951.1874254",
    "molder2021": "Mölder F, Jablonski KP, Letcher B, et al. (2021). Sustainable data "
    "analysis with Snakemake. F1000Research 10:33. doi:10.12688/f1000research.29032.2",
    "mumford2012": "Mumford JA, Turner BO, Ashby FG, Poldrack RA (2012). Deconvolving "
    "BOLD activation in event-related designs for multivoxel pattern classification "
    "analyses. NeuroImage 59:2636–2643. doi:10.1016/j.neuroimage.2011.08.076",
    "naselaris2011": "Naselaris T, Kay KN, Nishimoto S, Gallant JL (2011). Encoding "
    "and decoding in fMRI. NeuroImage 56:400–410. doi:10.1016/j.neuroimage.2010.07.073",
    "nichols2002": "Nichols TE, Holmes AP (2002). Nonparametric permutation tests for "
    "functional neuroimaging: a primer with examples. Human Brain Mapping 15:1–25. "
    "doi:10.1002/hbm.1058",
    "nishimoto2011": "Nishimoto S, Vu AT, Naselaris T, et al. (2011). Reconstructing "
    "visual experiences from brain activity evoked by natural movies. Current Biology "
    "21:1641–1646. doi:10.1016/j.cub.2011.08.031",
    "owen2007": "Owen AB (2007). The pigeonhole bootstrap. Annals of Applied "
    "Statistics 1:386–411. doi:10.1214/07-AOAS122",
    "paszke2019": "Paszke A, Gross S, Massa F, et al. (2019). PyTorch: an imperative "
    "style, high-performance deep learning library. NeurIPS 32. arXiv:1912.01703",
    "pedregosa2011": "Pedregosa F, Varoquaux G, Gramfort A, et al. (2011). "
    "Scikit-learn: machine learning in Python. Journal of Machine Learning Research "
    "12:2825–2830",
    "phipson2010": "Phipson B, Smyth GK (2010). Permutation P-values should never be "
    "zero: calculating exact P-values when permutations are randomly drawn. "
    "Statistical Applications in Genetics and Molecular Biology 9:39. "
    "doi:10.2202/1544-6115.1585",
    "power2012": "Power JD, Barnes KA, Snyder AZ, Schlaggar BL, Petersen SE (2012). "
    "Spurious but systematic correlations in functional connectivity MRI networks "
    "arise from subject motion. NeuroImage 59:2142–2154. "
    "doi:10.1016/j.neuroimage.2011.10.018",
    "prince2022": "Prince JS, Charest I, Kurzawski JW, et al. (2022). Improving the "
    "accuracy of single-trial fMRI response estimates using GLMsingle. eLife "
    "11:e77599. doi:10.7554/eLife.77599",
    "radford2021": "Radford A, Kim JW, Hallacy C, et al. (2021). Learning transferable "
    "visual models from natural language supervision. ICML, 8748–8763. "
    "arXiv:2103.00020",
    "rokem2020": "Rokem A, Kay K (2020). Fractional ridge regression: a fast, "
    "interpretable reparameterization of ridge regression. GigaScience 9:giaa133. "
    "doi:10.1093/gigascience/giaa133",
    "saha2024": "Saha S, Chadha I, Khosla M (2024). Modeling the human visual system: "
    "comparative insights from response-optimized and task-optimized vision models, "
    "language models, and different readout mechanisms. arXiv:2410.14031",
    "sahani2003": "Sahani M, Linden JF (2003). How linear are auditory cortical "
    "responses? Advances in Neural Information Processing Systems 15, 125–132",
    "salton1988": "Salton G, Buckley C (1988). Term-weighting approaches in automatic "
    "text retrieval. Information Processing & Management 24:513–523. "
    "doi:10.1016/0306-4573(88)90021-0",
    "schonemann1966": "Schönemann PH (1966). A generalized solution of the orthogonal "
    "Procrustes problem. Psychometrika 31:1–10. doi:10.1007/BF02289451",
    "schoppe2016": "Schoppe O, Harper NS, Willmore BDB, King AJ, Schnupp JWH (2016). "
    "Measuring the performance of neural models. Frontiers in Computational "
    "Neuroscience 10:10. doi:10.3389/fncom.2016.00010",
    "scotti2024": "Scotti PS, Tripathy M, Villanueva CKT, et al. (2024). MindEye2: "
    "shared-subject models enable fMRI-to-image with 1 hour of data. ICML. "
    "arXiv:2403.11207",
    "spearman1910": "Spearman C (1910). Correlation calculated from faulty data. "
    "British Journal of Psychology 3:271–295. doi:10.1111/j.2044-8295.1910.tb00206.x",
    "theiler1992": "Theiler J, Eubank S, Longtin A, Galdrikian B, Farmer JD (1992). "
    "Testing for nonlinearity in time series: the method of surrogate data. Physica D "
    "58:77–94. doi:10.1016/0167-2789(92)90102-S",
    "torralba2003": "Torralba A, Oliva A (2003). Statistics of natural image "
    "categories. Network: Computation in Neural Systems 14:391–412. "
    "doi:10.1088/0954-898X/14/3/302",
    "virtanen2020": "Virtanen P, Gommers R, Oliphant TE, et al. (2020). SciPy 1.0: "
    "fundamental algorithms for scientific computing in Python. Nature Methods "
    "17:261–272. doi:10.1038/s41592-019-0686-2",
    "wightman2019": "Wightman R (2019). PyTorch image models. GitHub. "
    "doi:10.5281/zenodo.4414861",
    "wolf2020": "Wolf T, Debut L, Sanh V, et al. (2020). Transformers: "
    "state-of-the-art natural language processing. EMNLP: System Demonstrations, "
    "38–45. doi:10.18653/v1/2020.emnlp-demos.6",
    "yu2025": "Yu M, Nan M, Adeli H, et al. (2025). Meta-learning an in-context "
    "transformer model of human higher visual cortex. NeurIPS. arXiv:2505.15813",
}


class Bibliography:
    """Numbers for what is cited, given as it is first cited."""

    def __init__(self) -> None:
        self._keys: list[str] = []

    def cite(self, *keys: str) -> str:
        """Give the numbers of some references.

        Parameters
        ----------
        *keys : str
            Of ``REFERENCES``.

        Returns
        -------
        mark : str
            For example ``[1, 4]``.
        """
        for key in keys:
            if key not in self._keys:
                self._keys.append(key)
        numbers = sorted(self._keys.index(key) + 1 for key in keys)
        return f"[{', '.join(map(str, numbers))}]"

    @property
    def entries(self) -> list[str]:
        """References in the order of their numbers."""
        return [REFERENCES[key] for key in self._keys]
