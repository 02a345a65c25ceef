// The canvas and the property panel of Camunda Modeler, which is made of these parts, on a page of their own.
import Modeler from "bpmn-js/lib/Modeler";
import {
  BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, CamundaPlatformPropertiesProviderModule
} from "bpmn-js-properties-panel";
import { ElementTemplatesPropertiesProviderModule } from "bpmn-js-element-templates";
import moddle from "camunda-bpmn-moddle/resources/camunda.json";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css";
import "@bpmn-io/properties-panel/dist/assets/properties-panel.css";

window.opened = async (xml, templates, element) => {
  const modeler = new Modeler({
    container: "#canvas", propertiesPanel: { parent: "#panel" }, moddleExtensions: { camunda: moddle },
    additionalModules: [BpmnPropertiesPanelModule, BpmnPropertiesProviderModule,
      CamundaPlatformPropertiesProviderModule, ElementTemplatesPropertiesProviderModule]
  });
  modeler.get("elementTemplatesLoader").setTemplates(templates);
  const { warnings } = await modeler.importXML(xml);
  modeler.get("canvas").viewbox({ x: 210, y: -90, width: 900, height: 650 });
  await new Promise(shown => setTimeout(shown, 300));      // the panel listens to selections only once it stands
  modeler.get("selection").select(modeler.get("elementRegistry").get(element));
  return warnings.map(one => one.message);
};
